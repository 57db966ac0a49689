locals {
  numbers  = { for index, zone in var.zones : zone => index }
  ways_out = toset(var.nat_per_zone ? var.zones : slice(var.zones, 0, 1))
}
