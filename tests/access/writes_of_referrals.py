"""What could be tried with the tables of referrals: nobody writes them, but the rules in the system's own name."""

from tests.access.write import Write

REFERRALS = [
    Write(
        "referral: made",
        "INSERT INTO referral (id, agency_id, made_at, status, version, urgency, mode, pattern, width, survivor,"
        " accountable_agency_id, on_duty, stage, escalations, police_told, disputed, kinds, languages, access, refuses)"
        " VALUES (:new, :agency, :now, 'draft', 1, 'urgent', 'warm', 'cascade', 1, false, :agency, :person, 'armed', 0,"
        " false, false, '{}', '{}', '{}', '{}')",
    ),
    Write("referral: taken over", "UPDATE referral SET accountable_agency_id = :other WHERE id = :referral"),
    Write("referral: two that answer", "UPDATE referral SET accountable_service_id = :service WHERE id = :referral"),
    Write("referral: nobody waits", "UPDATE referral SET on_duty = NULL WHERE id = :referral"),
    Write(
        "referral: ended without a reason",
        "UPDATE referral SET status = 'closed', accountable_agency_id = NULL, ended_at = :now WHERE id = :referral",
    ),
    Write("referral_person: of a survivor", "UPDATE referral_person SET survivor = true WHERE referral_id = :referral"),
    Write("referral_person: renamed", "UPDATE referral_person SET name = 'x' WHERE referral_id = :referral"),
    Write(
        "referral_person: made",
        "DELETE FROM referral_person WHERE referral_id = :referral;\n"
        "INSERT INTO referral_person (referral_id, agency_id, survivor) VALUES (:referral, :agency, false)",
    ),
    Write(
        "offer: made",
        "INSERT INTO offer (id, referral_id, referrer_id, service_id, agency_id, place, round, status, made_at)"
        " VALUES (:new, :referral, :agency, :new, :agency, 2, 1, 'sent', :now)",
    ),
    Write("offer: accepted", "UPDATE offer SET status = 'released' WHERE id = :offer"),
    Write(
        "capacity_hold: made",
        "UPDATE capacity_hold SET status = 'released' WHERE id = :set_aside;\n"
        "INSERT INTO capacity_hold (id, referral_id, offer_id, pool_id, status, made_at)"
        " VALUES (:new, :referral, :offer, :pool, 'held', :now)",
    ),
    Write("capacity_hold: freed", "UPDATE capacity_hold SET status = 'released' WHERE id = :set_aside"),
    Write("capacity_unit: made", "INSERT INTO capacity_unit (pool_id, number) VALUES (:pool, 2)"),
    Write("capacity_unit: freed", "UPDATE capacity_unit SET hold_id = NULL WHERE pool_id = :pool"),
    Write(
        "capacity_pool: made",
        "INSERT INTO capacity_pool (id, service_id, agency_id, unit, capacity, surge, changed_at)"
        " VALUES (:new, :new, :agency, 'bed', 1, 0, :now)",
    ),
    Write("capacity_pool: raised", "UPDATE capacity_pool SET capacity = 9 WHERE id = :pool"),
    Write(
        "referral_consent: made",
        "INSERT INTO referral_consent (id, referral_id, agency_id, status, services, fields, purpose, how, language,"
        " notice, may_contact, made_at) VALUES (:new, :referral, :agency, 'revoked', '{}', '{}', 'handoff', 'verbal',"
        " 'en', '1', false, :now)",
    ),
    Write(
        "referral_consent: not signed",
        "UPDATE referral_consent SET how = 'verbal', fields = '{name}' WHERE id = :consent",
    ),
    Write("referral_consent: widened", "UPDATE referral_consent SET fields = '{name}' WHERE id = :consent"),
    Write(
        "referral_disclosure: made",
        "DELETE FROM referral_disclosure WHERE id = :told;\n"
        "INSERT INTO referral_disclosure (id, referral_id, agency_id, consent_id, offer_id, to_service_id, fields,"
        " basis, notice, at) VALUES (:new, :referral, :agency, :consent, :offer, :service, '{}', 'consent', '1', :now)",
    ),
    Write("referral_disclosure: narrowed", "UPDATE referral_disclosure SET fields = '{x}' WHERE id = :told"),
    Write(
        "referral_passed_over: made",
        "INSERT INTO referral_passed_over (referral_id, agency_id, service_id, reason, at)"
        " VALUES (:referral, :agency, :service, 'full', :now)",
    ),
    Write(
        "referral_passed_over: changed",
        "UPDATE referral_passed_over SET reason = 'closed' WHERE referral_id = :referral",
    ),
    Write(
        "police_involvement: made",
        "INSERT INTO police_involvement (id, referral_id, agency_id, asked_by, ground, tried, told, at)"
        " VALUES (:new, :referral, :agency, 'referrer', 'medical', '{}', 'yes', :now)",
    ),
    Write(
        "police_involvement: by a rule",
        "INSERT INTO police_involvement (id, referral_id, agency_id, asked_by, ground, tried, told, at)"
        " VALUES (:new, :referral, :agency, 'system', 'medical', '{}', 'yes', :now)",
    ),
    Write("police_involvement: changed", "UPDATE police_involvement SET outcome = 'none' WHERE id = :police"),
    Write(
        "mandated_report: made",
        "INSERT INTO mandated_report (id, referral_id, agency_id, by_agency_id, reported_by, recipient, duty, facts,"
        " told, at) VALUES (:new, :referral, :agency, :agency, 'referrer', 'police', 'injury', '{age}', 'yes', :now)",
    ),
    Write(
        "mandated_report: by a rule",
        "INSERT INTO mandated_report (id, referral_id, agency_id, by_agency_id, reported_by, recipient, duty, facts,"
        " told, at) VALUES (:new, :referral, :agency, :agency, 'system', 'police', 'injury', '{age}', 'yes', :now)",
    ),
    Write("mandated_report: changed", "UPDATE mandated_report SET told = 'no_time' WHERE id = :reported"),
    Write(
        "referral_event: made",
        'INSERT INTO referral_event (referral_id, agency_id, version, of, subject_id, verb, "to", by, channel, facts,'
        " at) VALUES (:referral, :agency, 2, 'referral', :referral, 'consent', 'ready', 'person', 'account', '{}',"
        " :now)",
    ),
    Write("referral_event: changed", "UPDATE referral_event SET verb = 'other' WHERE referral_id = :referral"),
    Write(
        "referral_outbox: made",
        "DELETE FROM referral_outbox WHERE event_id IN (SELECT id FROM referral_event WHERE referral_id = :referral);\n"
        "INSERT INTO referral_outbox (event_id) SELECT id FROM referral_event WHERE referral_id = :referral",
    ),
    Write(
        "agency_clock: made",
        "INSERT INTO agency_clock (agency_id, clock, urgency, lasts_s) VALUES (:agency, 'see', 'urgent', 600)",
    ),
    Write("agency_clock: stopped", "UPDATE agency_clock SET lasts_s = 604800 WHERE agency_id = :agency"),
    Write(
        "agency_contact: made",
        "INSERT INTO agency_contact (id, agency_id, place, supervisor, channel, address, language)"
        " VALUES (:new, :agency, 2, false, 'mail', '', 'en')",
    ),
    Write("agency_contact: turned elsewhere", "UPDATE agency_contact SET address = 'x' WHERE id = :reached"),
    Write(
        "survivor_count: made",
        "INSERT INTO survivor_count (agency_id, month, urgency, ended, warm, many)"
        " VALUES (:agency, '2026-10-01', 'urgent', 'closed served', true, 1)",
    ),
    Write("survivor_count: raised", "UPDATE survivor_count SET many = 99 WHERE agency_id = :agency"),
    Write(
        "webhook_delivery: made",
        "DELETE FROM webhook_delivery WHERE endpoint_id = :webhook;\n"
        "INSERT INTO webhook_delivery (id, endpoint_id, agency_id, event_id, tries, tries_before, due_at)"
        " SELECT gen_random_uuid(), :webhook, :agency, id, 0, 0, :now FROM referral_event"
        " WHERE referral_id = :referral",
    ),
    Write("webhook_delivery: put off", "UPDATE webhook_delivery SET due_at = :later WHERE endpoint_id = :webhook"),
    Write(
        "offer_text: made",
        "DELETE FROM offer_text WHERE offer_id = :offer;\n"
        "INSERT INTO offer_text (offer_id, referral_id, agency_id, language, tries, made_at)"
        " VALUES (:offer, :referral, :agency, 'en', 0, :now)",
    ),
    Write("offer_text: tried anew", "UPDATE offer_text SET tries = 0 WHERE offer_id = :offer"),
    Write("gateway_message: made", "INSERT INTO gateway_message (id, at) VALUES (:new, :now)"),
    Write("gateway_message: of another time", "UPDATE gateway_message SET at = :later"),
    Write("referral_outbox: changed", "UPDATE referral_outbox SET event_id = event_id"),
]
NEVER = {
    "referral: two that answer",
    "referral: nobody waits",
    "referral: ended without a reason",
    "referral_person: of a survivor",
    "referral_consent: not signed",
    "police_involvement: by a rule",
    "mandated_report: by a rule",
    "mandated_report: changed",
    "referral_event: changed",
}
