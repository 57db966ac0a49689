"""Programs that start, check and measure Bedside; nothing here is part of the product."""
