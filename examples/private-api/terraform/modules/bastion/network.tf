# No rule lets anything in. Out goes HTTPS: to the VPC, where the endpoints are, and to S3.

data "aws_vpc" "this" {
  id = var.vpc_id
}

data "aws_route_tables" "this" {
  vpc_id = var.vpc_id
}

data "aws_prefix_list" "s3" {
  name = "com.amazonaws.${data.aws_region.this.id}.s3"
}

locals {
  vpc_blocks = toset([for block in data.aws_vpc.this.cidr_block_associations : block.cidr_block if block.state == "associated"])
}

resource "aws_security_group" "bastion" {
  name_prefix = "${var.name}-bastion-"
  description = "The bastion: nothing in, HTTPS out"
  vpc_id      = var.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "https" {
  # Without endpoints of its own, Session Manager is at its public addresses.
  for_each = var.service_endpoints ? local.vpc_blocks : toset(["0.0.0.0/0"])

  security_group_id = aws_security_group.bastion.id
  description       = "HTTPS to endpoints"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  security_group_id = aws_security_group.bastion.id
  description       = "HTTPS to S3: the packages of Amazon Linux and the callers"
  prefix_list_id    = data.aws_prefix_list.s3.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "session_manager" {
  for_each = var.service_endpoints ? toset(["ssm", "ssmmessages", "ec2messages"]) : toset([])

  vpc_id              = var.vpc_id
  service_name        = "com.amazonaws.${data.aws_region.this.id}.${each.value}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.subnet_ids
  security_group_ids  = aws_security_group.services[*].id
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "s3" {
  count = var.service_endpoints ? 1 : 0

  vpc_id            = var.vpc_id
  service_name      = "com.amazonaws.${data.aws_region.this.id}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = data.aws_route_tables.this.ids
}

resource "aws_security_group" "services" {
  count = var.service_endpoints ? 1 : 0

  name_prefix = "${var.name}-services-"
  description = "The endpoints of Session Manager: HTTPS from their VPC"
  vpc_id      = var.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

# From the whole VPC, since by private DNS these endpoints serve whoever is in it.
resource "aws_vpc_security_group_ingress_rule" "services" {
  for_each = var.service_endpoints ? local.vpc_blocks : toset([])

  security_group_id = aws_security_group.services[0].id
  description       = "HTTPS from the VPC"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
