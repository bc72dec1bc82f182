"""Pages of the concept, for coordinators."""
