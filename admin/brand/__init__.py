"""How the practice looks: its colours, type, drawing and logo, tried out before they are kept."""
