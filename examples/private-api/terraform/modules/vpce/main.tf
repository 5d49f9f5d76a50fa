# The way to private APIs: an interface endpoint for execute-api, which lets in callers of this account's organization alone.

data "aws_caller_identity" "this" {}

data "aws_organizations_organization" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

data "aws_vpc" "this" {
  id = var.vpc_id

  lifecycle {
    postcondition {
      condition     = self.enable_dns_support && self.enable_dns_hostnames
      error_message = "Private DNS needs both DNS attributes of the VPC: set enableDnsSupport and enableDnsHostnames."
    }
  }
}

data "aws_subnet" "this" {
  for_each = toset(var.subnet_ids)
  id       = each.value

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "The subnet is not in the VPC ${var.vpc_id}."
    }
  }
}

resource "aws_vpc_endpoint" "execute_api" {
  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${data.aws_region.this.id}.execute-api"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [for subnet in data.aws_subnet.this : subnet.id]
  security_group_ids  = [aws_security_group.endpoint.id]
  private_dns_enabled = true

  policy = templatefile("${path.module}/policies/endpoint.json.tftpl", {
    partition       = data.aws_partition.this.partition
    region          = data.aws_region.this.id
    account_id      = data.aws_caller_identity.this.account_id
    organization_id = data.aws_organizations_organization.this.id
  })
}

resource "aws_security_group" "endpoint" {
  name_prefix = "${var.name}-endpoint-"
  description = "The execute-api endpoint: HTTPS from its VPC"
  vpc_id      = var.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  for_each = toset([for block in data.aws_vpc.this.cidr_block_associations : block.cidr_block if block.state == "associated"])

  security_group_id = aws_security_group.endpoint.id
  description       = "HTTPS from the VPC"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
