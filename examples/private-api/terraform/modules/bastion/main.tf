# An instance that nothing connects to: Session Manager's agent on it opens the way from the inside.

locals {
  callers = toset(["get.mjs", "post.mjs"])
}

data "aws_caller_identity" "this" {}

data "aws_partition" "this" {}

data "aws_region" "this" {}

data "aws_ssm_parameter" "amazon_linux" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
}

resource "aws_instance" "this" {
  ami                         = data.aws_ssm_parameter.amazon_linux.insecure_value
  instance_type               = "t4g.micro"
  subnet_id                   = var.subnet_ids[0]
  associate_public_ip_address = false
  vpc_security_group_ids      = [aws_security_group.bastion.id]
  iam_instance_profile        = aws_iam_instance_profile.this.name
  user_data_replace_on_change = true

  user_data = templatefile("${path.module}/boot.sh.tftpl", {
    region      = data.aws_region.this.id
    bucket      = aws_s3_bucket.callers.bucket
    get         = aws_s3_object.caller["get.mjs"].key
    post        = aws_s3_object.caller["post.mjs"].key
    environment = join("\n", [for name, value in var.environment : "export ${name}=${value}"])
  })

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted = true
  }

  tags = { Name = "${var.name}-bastion" }

  # The boot script goes through these.
  depends_on = [
    aws_iam_role_policy.callers,
    aws_iam_role_policy_attachment.session_manager,
    aws_vpc_endpoint.s3,
    aws_vpc_endpoint.session_manager,
  ]

  lifecycle {
    # The newest image when it is made; a newer one later is no reason to replace it.
    ignore_changes = [ami]
  }
}

# What the boot script fetches. A key tells the contents, so that a change of them makes a new bastion.
resource "aws_s3_bucket" "callers" {
  bucket        = "${var.name}-callers-${data.aws_caller_identity.this.account_id}-${data.aws_region.this.id}"
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "callers" {
  bucket                  = aws_s3_bucket.callers.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_object" "caller" {
  for_each = local.callers

  bucket = aws_s3_bucket.callers.id
  key    = "${filemd5("${var.callers_folder}/${each.value}")}/${each.value}"
  source = "${var.callers_folder}/${each.value}"
}
