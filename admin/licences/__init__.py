"""Where the practitioners may practise, and which texts patients agree to."""
