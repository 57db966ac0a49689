# The public site and the static files at the edge. What the program does not mark as cacheable is
# asked for each time; portal and desk have other hosts and are never here.

resource "aws_cloudfront_distribution" "site" {
  enabled         = true
  is_ipv6_enabled = true
  comment         = "${var.name}: public site and static files"
  aliases         = sort(keys(local.public))
  price_class     = "PriceClass_100"
  http_version    = "http2and3"

  origin {
    origin_id   = "balancer"
    domain_name = "portal.${values(var.brands)[0].domain}"
    custom_origin_config {
      http_port              = 80
      https_port             = 8443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
    custom_header {
      name  = "X-Bedside-Edge"
      value = var.edge_secret
    }
  }

  default_cache_behavior {
    target_origin_id         = "balancer"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = aws_cloudfront_cache_policy.site.id
    origin_request_policy_id = local.all_viewer
  }

  restrictions {
    geo_restriction {
      restriction_type = "whitelist"
      locations        = var.countries
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.site.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

# As long as the program's own header says, and not at all where it says nothing.
resource "aws_cloudfront_cache_policy" "site" {
  name        = "${var.name}-site"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true
    cookies_config {
      cookie_behavior = "none"
    }
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = ["Host", "HX-Request", "Accept-Language"]
      }
    }
    query_strings_config {
      query_string_behavior = "all"
    }
  }
}

locals {
  # AWS's own policy "AllViewer": every header, the host among them, reaches the program.
  all_viewer = "216adef6-5c7f-47e4-b989-5492eafa07d3"
}
