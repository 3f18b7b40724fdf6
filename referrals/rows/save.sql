WITH events AS (
    INSERT INTO referral_event (referral_id, agency_id, version, of, subject_id, to_agency_id, verb, start, "to", by,
        channel, person_id, key_id, acting_agency_id, reason, facts, once, at)
    SELECT %(id)s, %(agency_id)s, e.version, e.of, e.subject_id, e.to_agency_id, e.verb, e.start, e."to", e.by,
        CASE WHEN e.ours THEN 'rule' ELSE %(channel)s END, CASE WHEN NOT e.ours THEN %(person_id)s::uuid END,
        CASE WHEN NOT e.ours THEN %(key_id)s::uuid END, CASE WHEN NOT e.ours THEN %(acting_agency_id)s::uuid END,
        e.reason, e.facts, CASE WHEN NOT e.ours THEN %(once)s END, %(now)s
    FROM jsonb_to_recordset(%(events)s) AS e (version integer, of text, subject_id uuid, to_agency_id uuid, verb text,
        start text, "to" text, by text, reason text, facts jsonb, ours boolean)
    RETURNING id
), outbox AS (
    INSERT INTO referral_outbox (event_id) SELECT id FROM events
), written AS (
    INSERT INTO referral (id, agency_id, made_by, key_id, made_at, status, version, urgency, mode, pattern, width,
        survivor, accountable_agency_id, accountable_service_id, on_duty, winner, timer_clock, timer_since, timer_until,
        stage, escalations, police_told, handoff, missed_by, disputed, reason, due_at, ended_at, kinds, age_band,
        languages, access, refuses, latitude, longitude, code_hash, follows)
    SELECT r.id, r.agency_id, r.made_by, r.key_id, r.made_at, r.status, r.version, r.urgency, r.mode, r.pattern,
        r.width, r.survivor, r.accountable_agency_id, r.accountable_service_id, r.on_duty, r.winner, r.timer_clock,
        r.timer_since, r.timer_until, r.stage, r.escalations, r.police_told, r.handoff, r.missed_by, r.disputed,
        r.reason, r.due_at, r.ended_at, r.kinds, r.age_band, r.languages, r.access, r.refuses, r.latitude,
        r.longitude, r.code_hash, r.follows
    FROM jsonb_populate_record(NULL::referral, %(referral)s) AS r
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version,
        accountable_agency_id = excluded.accountable_agency_id,
        accountable_service_id = excluded.accountable_service_id, on_duty = excluded.on_duty,
        winner = excluded.winner, timer_clock = excluded.timer_clock, timer_since = excluded.timer_since,
        timer_until = excluded.timer_until, stage = excluded.stage, escalations = excluded.escalations,
        police_told = excluded.police_told, handoff = excluded.handoff, missed_by = excluded.missed_by,
        disputed = excluded.disputed,
        reason = excluded.reason, due_at = excluded.due_at, ended_at = coalesce(referral.ended_at, excluded.ended_at)
), offers AS (
    INSERT INTO offer (id, referral_id, referrer_id, service_id, agency_id, pool_id, place, round, status, timer_clock,
        timer_since, timer_until, reason, made_at, position, see_by)
    SELECT o.id, %(id)s, %(agency_id)s, o.service_id, o.agency_id, o.pool_id, o.place, o.round, o.status,
        o.timer_clock, o.timer_since, o.timer_until, o.reason, %(now)s, o.position, o.see_by
    FROM jsonb_populate_recordset(NULL::offer, %(offers)s) AS o
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, pool_id = excluded.pool_id,
        timer_clock = excluded.timer_clock, timer_since = excluded.timer_since, timer_until = excluded.timer_until,
        reason = excluded.reason, position = excluded.position, see_by = excluded.see_by
), consents AS (
    INSERT INTO referral_consent (id, referral_id, agency_id, status, services, fields, purpose, until, how, language,
        notice, may_contact, made_at)
    SELECT c.id, %(id)s, %(agency_id)s, c.status, c.services, c.fields, c.purpose, c.until, c.how, c.language,
        c.notice, c.may_contact, c.made_at
    FROM jsonb_populate_recordset(NULL::referral_consent, %(consents)s) AS c
    ON CONFLICT (id) DO UPDATE SET status = excluded.status
), holds AS (
    INSERT INTO capacity_hold (id, referral_id, offer_id, pool_id, status, timer_clock, timer_since, timer_until,
        made_at)
    SELECT h.id, %(id)s, h.offer_id, h.pool_id, h.status, h.timer_clock, h.timer_since, h.timer_until, %(now)s
    FROM jsonb_populate_recordset(NULL::capacity_hold, %(holds)s) AS h
    ON CONFLICT (id) DO UPDATE SET status = excluded.status, timer_clock = excluded.timer_clock,
        timer_since = excluded.timer_since, timer_until = excluded.timer_until
), freed AS (
    UPDATE capacity_unit SET hold_id = NULL, until = NULL
    WHERE pool_id = ANY(%(pools)s::uuid[]) AND (hold_id = ANY(%(freed)s::uuid[])
        OR (hold_id = ANY(%(lapsed)s::uuid[]) AND until IS NULL)) -- one beyond what there are does not end by itself
    RETURNING pool_id
), kept AS (
    -- what is taken beyond what there are does not end by itself
    UPDATE capacity_unit SET until = CASE WHEN until IS NOT NULL THEN %(kept_until)s::timestamptz END
    WHERE pool_id = ANY(%(pools)s::uuid[]) AND hold_id = ANY(%(kept)s::uuid[]) AND (until IS NULL OR until > doorlight_now()) RETURNING pool_id
), free AS MATERIALIZED (
    -- any that is free and that nobody else is at. A step of its own: looked for in the update itself it would be
    -- looked for anew where somebody has just changed the row, and another one found
    SELECT pool_id, number FROM capacity_unit
    WHERE pool_id = %(pool_id)s AND (hold_id IS NULL OR until <= doorlight_now()) AND NOT %(waits)s
    LIMIT 1 FOR UPDATE SKIP LOCKED
), waited AS MATERIALIZED (
    -- where there was none, one that somebody may just be giving back; in one order for all
    SELECT pool_id, number FROM capacity_unit
    WHERE pool_id = %(pool_id)s AND (hold_id IS NULL OR until <= doorlight_now()) AND %(waits)s
    ORDER BY number LIMIT 1 FOR UPDATE
), taken AS (
    UPDATE capacity_unit AS u SET hold_id = %(taken)s, until = %(until)s
    FROM (SELECT * FROM free UNION ALL SELECT * FROM waited) AS one
    WHERE u.pool_id = one.pool_id AND u.number = one.number
    RETURNING u.pool_id
)
SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM kept),
    (SELECT coalesce(array_agg(DISTINCT pool_id), '{}') FROM
        (SELECT pool_id FROM taken UNION ALL SELECT pool_id FROM freed) AS moved)
