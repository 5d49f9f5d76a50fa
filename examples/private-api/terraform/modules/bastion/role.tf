# What the instance may do: be managed by Session Manager, and fetch its programs. Nothing of it is about the API.

resource "aws_iam_role" "this" {
  name               = "${var.name}-bastion"
  assume_role_policy = file("${path.module}/policies/trust.json")
}

resource "aws_iam_instance_profile" "this" {
  name = aws_iam_role.this.name
  role = aws_iam_role.this.name
}

resource "aws_iam_role_policy_attachment" "session_manager" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_role_policy" "callers" {
  name = "callers"
  role = aws_iam_role.this.id

  policy = templatefile("${path.module}/policies/callers.json.tftpl", {
    bucket_arn = aws_s3_bucket.callers.arn
  })
}
