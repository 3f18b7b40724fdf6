"""Warm handoffs: a person passed from one pair of hands to another, with somebody accountable at every instant."""
