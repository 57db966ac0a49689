output "bucket" {
  description = "The state's bucket, for the backend file."
  value       = module.state.name
}
