# One image, and the ways to run it: web, worker, migrate (also bootstrap), the restore drill, and
# single commands, which are the worker's definition with another command. Nobody logs into a container.

resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.ground_key_arn
  }
}

resource "aws_ecs_cluster" "this" {
  name = var.name
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(["web", "worker", "migrate", "drill"])
  name              = "/bedside/${var.name}/${each.key}"
  retention_in_days = 400
  kms_key_id        = var.ground_key_arn
}

# Filled in once by the owner (docs/deploy.md); Terraform never sees what is in it.
resource "aws_secretsmanager_secret" "app" {
  name                    = "${var.name}/app"
  description             = "Bedside's own secret and the vendors' keys, as JSON"
  kms_key_id              = var.ground_key_arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret" "edge" {
  name                    = "${var.name}/edge"
  description             = "What the CDN adds to each request"
  kms_key_id              = var.ground_key_arn
  recovery_window_in_days = 7
}

resource "aws_secretsmanager_secret_version" "edge" {
  secret_id     = aws_secretsmanager_secret.edge.id
  secret_string = var.edge_secret
}

resource "aws_ecs_task_definition" "this" {
  for_each                 = local.processes
  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  task_role_arn            = "arn:aws:iam::${var.account_id}:role/${var.role_names[each.value.role]}"
  execution_role_arn       = "arn:aws:iam::${var.account_id}:role/${var.role_names[each.value.start]}"

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }

  # The only places that can be written to; they end with the task.
  volume {
    name = "data"
  }
  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = "bedside"
    image                  = var.image
    essential              = true
    user                   = "10001:10001"
    privileged             = false
    readonlyRootFilesystem = true
    command                = each.value.command
    environment            = [for name in sort(keys(local.environment[each.key])) : { name = name, value = local.environment[each.key][name] }]
    secrets                = [for name in sort(keys(local.secrets[each.key])) : { name = name, valueFrom = local.secrets[each.key][name] }]
    portMappings           = each.key == "web" ? [{ containerPort = var.app_port, hostPort = var.app_port, protocol = "tcp" }] : []
    healthCheck            = each.value.health
    # SIGTERM; the program then ends what it is doing. After this it is killed.
    stopTimeout     = 60
    linuxParameters = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    mountPoints = [
      { sourceVolume = "data", containerPath = "/var/lib/bedside", readOnly = false },
      { sourceVolume = "tmp", containerPath = "/tmp", readOnly = false },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.this[each.value.log].name
        "awslogs-region"        = var.region
        "awslogs-stream-prefix" = each.key
        "mode"                  = "non-blocking"
        "max-buffer-size"       = "4m"
      }
    }
  }])
}

resource "aws_ecs_service" "web" {
  name                               = "web"
  cluster                            = aws_ecs_cluster.this.id
  task_definition                    = aws_ecs_task_definition.this["web"].arn
  desired_count                      = var.web_min
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  enable_execute_command             = false
  health_check_grace_period_seconds  = 30
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  propagate_tags                     = "SERVICE"

  # A new version that does not get well is taken back by itself.
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnets
    security_groups  = [var.security_group]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = var.target_group_arn
    container_name   = "bedside"
    container_port   = var.app_port
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_ecs_service" "worker" {
  name                               = "worker"
  cluster                            = aws_ecs_cluster.this.id
  task_definition                    = aws_ecs_task_definition.this["worker"].arn
  desired_count                      = var.worker_count
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  enable_execute_command             = false
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  propagate_tags                     = "SERVICE"

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnets
    security_groups  = [var.security_group]
    assign_public_ip = false
  }
}

resource "aws_appautoscaling_target" "web" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.web.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.web_min
  max_capacity       = var.web_max
}

resource "aws_appautoscaling_policy" "web" {
  name               = "${var.name}-web-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  resource_id        = aws_appautoscaling_target.web.resource_id
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension

  target_tracking_scaling_policy_configuration {
    # Mornings double in minutes: grow early, shrink slowly.
    target_value       = 50
    scale_out_cooldown = 30
    scale_in_cooldown  = 300
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
