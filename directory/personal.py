"""The directory is public: its columns hold what organisations say of themselves, and nothing of a person.

A confidential place has no address here to begin with: database and code refuse it. Who claimed a listing, and who
decided on it, is conduct; and so is what somebody proposed to correct. Columns are listed one by one all the same, so
that whoever adds one says which it is.
"""

from datetime import timedelta
from typing import LiteralString

from core.personal import Class, Purge, Registry, personal, plain
from directory.rules.corrections import DECIDES

_CONDUCT = timedelta(days=6 * 365)

COLUMNS: Registry = {
    **plain(
        "access_point",
        "id changed_at kept service_id service_at_location_id kind modes number url menu_path languages zone "
        "answered_by source_urls stated_on",
    ),
    **plain(
        "address",
        "id changed_at kept location_id attention address_1 address_2 city region state_province postal_code "
        "country address_type",
    ),
    **plain("area", "id key kind name folded state zone source geom error_m"),
    **plain("area_part", "id area_id kind zone within_m box geom"),
    **plain(
        "attribute",
        "id changed_at kept link_id link_entity taxonomy_term_id answer value source stated_on stated_by confirmed_by",
    ),
    **plain(
        "capacity",
        "id changed_at kept service_id service_at_location_id unit total free as_of expires_at source description",
    ),
    **plain("claim", "id organization_id agency_id way state tries asked_at ends_at decided_at reason"),
    **personal("claim", "asked_by decided_by", Class.conduct, _CONDUCT),
    **personal("claim", "code_hash link_hash", Class.credential, timedelta(days=30)),
    **plain("closure", "id changed_at kept service_id location_id service_at_location_id starts_at ends_at reason"),
    **plain("correction", "id organization_id service_id location_id field state key_id asked_at decided_at reason"),
    # anybody may write anything there, of whomever
    **personal("correction", "says note source_url", Class.conduct, timedelta(days=365)),
    **personal("correction", "contact", Class.contact, timedelta(days=30), sealed=True, shown_to=DECIDES),
    **personal("correction", "asked_by decided_by", Class.conduct, _CONDUCT),
    **plain(
        "disclosure",
        "id changed_at kept service_id access_point_id level tracing recording note source stated_on confirmed_by",
    ),
    **plain("edit", "id at act root root_id organization_id key_id agency_id undoes"),
    **personal("edit", "person_id", Class.conduct, _CONDUCT),
    **plain("edit_field", "id edit_id table row_id field before after forgotten"),
    **plain("import_entry", "id run_id outcome path object_ids why detail"),
    **plain("import_run", "id source format digest started_at counts"),
    **plain("language", "id changed_at kept service_id location_id phone_id name code note"),
    **plain(
        "location",
        "id changed_at kept organization_id location_type name alternate_name description transportation url "
        "external_identifier external_identifier_type confidential latitude longitude precision zone",
    ),
    **plain(
        "organization",
        "id changed_at kept name description alternate_name email website year_incorporated legal_status logo "
        "uri parent_organization_id invented",
    ),
    **plain(
        "phone",
        "id changed_at kept organization_id service_id location_id service_at_location_id contact_id number "
        "extension type description",
    ),
    **plain("place", "id kind name folded state latitude longitude zone weight"),
    **plain(
        "police_fall",
        "id service_id organization_id act level_from level_to source stated_on fields undoes state proposed_for "
        "edit_id",
    ),
    **personal("police_fall", "proposed_by proposed_at decided_by decided_at", Class.conduct, _CONDUCT),
    **plain(
        "schedule",
        "id changed_at kept service_id location_id service_at_location_id access_point_id applies_to zone "
        "freq interval byday bymonthday dtstart until count wkst opens_at closes_at valid_from valid_to "
        "condition holidays description notes",
    ),
    **plain(
        "search_row",
        "id service_id location_id geom geog reach step rank team group nationwide area_unknown radius_m "
        "police police_sure police_stated age_stated min_age max_age load load_until confirmed_on stale_at "
        "horizon precision zone tags areas open unknown call_first way_modes way_languages way_open "
        "way_unknown way_call_first way_police way_police_sure address capacity notes stems",
    ),
    **plain("search_shown", "id en es"),
    **plain("search_text", "id words"),
    **plain("search_word", "word english spanish rows"),
    **plain(
        "service",
        "id changed_at kept organization_id program_id name alternate_name description url email status "
        "interpretation_services application_process fees_description accreditations eligibility_description "
        "minimum_age maximum_age alert assured_date assurer_email last_modified source_urls stated_on "
        "confirmed_at check_due overdue_since",
    ),
    **plain(
        "service_area",
        "id changed_at kept service_id service_at_location_id name description extent extent_type uri drawn_id",
    ),
    **plain("service_at_location", "id changed_at kept service_id location_id description"),
    **plain("taxonomy", "id changed_at kept code name description uri version"),
    **plain(
        "taxonomy_term",
        "id changed_at kept taxonomy_id code name description parent_id term_uri labels definitions asks",
    ),
}

_DECIDED: LiteralString = "CASE WHEN t.state = 'asked' THEN t.ends_at ELSE coalesce(t.decided_at, t.ends_at) END"
_ANSWERED: LiteralString = "coalesce(t.decided_at, t.asked_at + interval '180 days')"
_CORRECTED_BY: LiteralString = "ARRAY[t.asked_by, t.decided_by]"
PURGE = (
    Purge(
        "claim",
        ended=_DECIDED,
        blank={"code_hash": "NULL", "link_hash": "NULL"},
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.asked_by, t.decided_by]",
    ),
    Purge(
        "claim",
        ended="CASE WHEN t.state IN ('refused', 'ended') THEN coalesce(t.decided_at, t.ends_at, t.asked_at) END",
        blank={"asked_by": "NULL", "decided_by": "NULL"},
        agencies="ARRAY[t.agency_id]",
        people="ARRAY[t.asked_by, t.decided_by]",
    ),
    # The contact goes soon after the answer, what was said a year after, who said it with the rest. What nobody decides
    # in half a year counts as answered.
    Purge("correction", ended=_ANSWERED, blank={"contact": "NULL"}, people=_CORRECTED_BY),
    Purge(
        "correction",
        ended=_ANSWERED,
        # there is nothing left to be accepted
        blank={
            "says": "''",
            "note": "NULL",
            "source_url": "NULL",
            "state": "CASE WHEN t.state = 'proposed' THEN 'refused' ELSE t.state END",
        },
        people=_CORRECTED_BY,
    ),
    Purge("correction", ended=_ANSWERED, people=_CORRECTED_BY),
    # What was changed stays known; who did it is forgotten.
    Purge(
        "edit", ended="t.at", blank={"person_id": "NULL"}, agencies="ARRAY[t.agency_id]", people="ARRAY[t.person_id]"
    ),
    Purge(
        "police_fall",
        ended="coalesce(t.decided_at, t.proposed_at + interval '180 days')",
        agencies="ARRAY[t.proposed_for]",
        people="ARRAY[t.proposed_by, t.decided_by]",
    ),
    # It quotes rows of a file that nobody looks for by then; what became of them stays.
    Purge(
        "import_entry",
        ended="(SELECT r.started_at FROM import_run AS r WHERE r.id = t.run_id)",
        blank={"detail": "NULL"},
        keep=timedelta(days=90),
    ),
)
