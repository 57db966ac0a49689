"""The keys of the desk: which there are, and turning those off that are pressed alone."""
