"""The verbs that change something."""
