# The endpoint with its condition on the organization, the private API behind it, and a bastion to call it from.

provider "aws" {
  region = var.region
}

module "vpce" {
  source = "./modules/vpce"

  name       = var.name
  vpc_id     = var.vpc_id
  subnet_ids = var.subnet_ids
}

module "api" {
  source = "./modules/api"

  name             = var.name
  vpc_endpoint_ids = [module.vpce.id]
  functions_folder = "${path.root}/../dist/functions"
}

module "bastion" {
  source = "./modules/bastion"

  name              = var.name
  vpc_id            = var.vpc_id
  subnet_ids        = var.subnet_ids
  service_endpoints = var.service_endpoints
  callers_folder    = "${path.root}/../dist/callers"

  environment = {
    AWS_REGION        = var.region
    GWY_ID            = module.api.id
    ENDPOINT_ID       = module.vpce.id
    ENDPOINT_DNS_NAME = module.vpce.dns_name
  }
}

# The caller with long-term keys. It has no policy: that its account is in the organization lets it in. Its keys are made with
# the command line, so that no state has them.
resource "aws_iam_user" "developer" {
  name          = "${var.name}-developer"
  force_destroy = true
}
