"""Changing the directory; the same verbs as REST has, over the same front door. `version` stands for `If-Match`."""

import strawberry

from api.graphql.editing.facts import FactMutation
from api.graphql.editing.locations import LocationMutation
from api.graphql.editing.organizations import OrganizationMutation
from api.graphql.editing.past import PastMutation, PastQuery
from api.graphql.editing.services import ServiceMutation
from api.graphql.editing.shown import ListingQuery


@strawberry.type
class EditingQuery(ListingQuery, PastQuery):
    """Listings by their ids, and what was changed of them."""


@strawberry.type
class EditingMutation(OrganizationMutation, ServiceMutation, FactMutation, LocationMutation, PastMutation):
    """The verbs by which listings are changed."""


__all__ = ["EditingMutation", "EditingQuery"]
