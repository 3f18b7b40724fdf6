"""expand: referrals with their offers, holds, consents and their log; who the person is stands in a table of its own.

Rows are read by the agency that refers, and by one that was asked for as long as it may still answer or has the person.
Nobody writes them but the rules, in the system's own name: a statement of anybody else's changes nothing here.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# One clock judges every deadline: the database's, read after the lock is held.
CLOCK = """
CREATE FUNCTION doorlight_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;
"""

# Who sees referrals at all: those who send or receive people, and machines, whose scopes the code asks for.
CARES = """
CREATE FUNCTION doorlight_cares() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT public.doorlight_key() IS NOT NULL OR string_to_array(coalesce(current_setting('doorlight.roles', true), ''), ' ')
        && ARRAY['responder', 'call_taker', 'provider_staff', 'provider_manager', 'administrator']
$$;
"""

_OVER = "('closed', 'person_declined', 'withdrawn', 'cancelled', 'entered_in_error')"
_PLACED = "('matched', 'connecting', 'handed_off', 'travelling', 'arrived', 'engaged', 'follow_up')"
_LIVE = "('queued', 'sent', 'seen', 'waitlisted', 'conditionally_accepted')"

TABLES = f"""
CREATE TABLE referral (
    id uuid NOT NULL, agency_id uuid NOT NULL, made_by uuid, key_id uuid, made_at timestamptz NOT NULL,
    status text NOT NULL, version integer NOT NULL, urgency text NOT NULL, mode text NOT NULL, pattern text NOT NULL,
    width integer NOT NULL, survivor boolean NOT NULL, accountable_agency_id uuid, accountable_service_id uuid,
    on_duty uuid, winner uuid, timer_clock text, timer_since timestamptz, timer_until timestamptz, stage text NOT NULL,
    escalations integer NOT NULL, police_told boolean NOT NULL, handoff text, missed_by text, disputed boolean NOT NULL, reason text,
    due_at timestamptz, ended_at timestamptz, kinds text[] NOT NULL, age_band text, languages text[] NOT NULL,
    access text[] NOT NULL, refuses text[] NOT NULL, latitude double precision, longitude double precision,
    code_hash bytea, follows uuid,
    CONSTRAINT pk_referral PRIMARY KEY (id), CONSTRAINT uq_referral_code_hash UNIQUE (code_hash),
    CONSTRAINT uq_referral_survivor UNIQUE (id, survivor),
    CONSTRAINT fk_referral_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE RESTRICT,
    CONSTRAINT ck_referral_accountable CHECK (
        num_nonnulls(accountable_agency_id, accountable_service_id) = CASE WHEN status IN {_OVER} THEN 0 ELSE 1 END),
    CONSTRAINT ck_referral_waited_for CHECK (status IN {_OVER} OR num_nonnulls(timer_until, on_duty) > 0),
    CONSTRAINT ck_referral_due CHECK (status IN {_OVER} OR timer_until IS NULL OR due_at <= timer_until),
    CONSTRAINT ck_referral_ended CHECK ((ended_at IS NOT NULL) = (status IN {_OVER})),
    CONSTRAINT ck_referral_why CHECK (status NOT IN {_OVER} OR reason IS NOT NULL),
    CONSTRAINT ck_referral_winner CHECK (status NOT IN {_PLACED} OR winner IS NOT NULL),
    CONSTRAINT ck_referral_coarse CHECK (
        round(latitude::numeric, 2) = latitude::numeric AND round(longitude::numeric, 2) = longitude::numeric)
);
CREATE INDEX ix_referral_agency_id ON referral (agency_id, made_at);
CREATE INDEX ix_referral_due_at ON referral (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE referral_person (
    referral_id uuid NOT NULL, agency_id uuid NOT NULL, survivor boolean NOT NULL, name bytea, birth_date bytea,
    contact bytea, note bytea,
    CONSTRAINT pk_referral_person PRIMARY KEY (referral_id),
    CONSTRAINT ck_referral_person_no_survivor CHECK (NOT survivor),
    CONSTRAINT fk_referral_person_referral_id_referral FOREIGN KEY (referral_id, survivor)
        REFERENCES referral (id, survivor) ON DELETE CASCADE
);
CREATE TABLE capacity_pool (
    id uuid NOT NULL, service_id uuid NOT NULL, agency_id uuid NOT NULL, unit text NOT NULL,
    capacity integer NOT NULL, surge integer NOT NULL, changed_at timestamptz NOT NULL,
    CONSTRAINT pk_capacity_pool PRIMARY KEY (id), CONSTRAINT uq_capacity_pool_service_id UNIQUE (service_id),
    CONSTRAINT ck_capacity_pool_size CHECK (capacity >= 0 AND surge >= 0 AND capacity + surge <= 1000),
    CONSTRAINT fk_capacity_pool_agency_id_agency FOREIGN KEY (agency_id) REFERENCES agency (id) ON DELETE RESTRICT
);
CREATE INDEX ix_capacity_pool_agency_id ON capacity_pool (agency_id);
CREATE TABLE offer (
    id uuid NOT NULL, referral_id uuid NOT NULL, referrer_id uuid NOT NULL, service_id uuid NOT NULL, agency_id uuid,
    pool_id uuid, place integer NOT NULL, round integer NOT NULL, status text NOT NULL, timer_clock text,
    timer_since timestamptz, timer_until timestamptz, reason text, made_at timestamptz NOT NULL, position integer,
    see_by timestamptz, link_hash bytea, note bytea,
    CONSTRAINT pk_offer PRIMARY KEY (id), CONSTRAINT uq_offer_of UNIQUE (id, referral_id),
    CONSTRAINT uq_offer_link_hash UNIQUE (link_hash),
    CONSTRAINT fk_offer_referral_id_referral FOREIGN KEY (referral_id) REFERENCES referral (id) ON DELETE CASCADE,
    CONSTRAINT fk_offer_pool_id_capacity_pool FOREIGN KEY (pool_id) REFERENCES capacity_pool (id) ON DELETE RESTRICT
);
CREATE INDEX ix_offer_referral_id ON offer (referral_id);
CREATE INDEX ix_offer_agency_id ON offer (agency_id, made_at);
CREATE INDEX ix_offer_service_id ON offer (service_id, made_at);
CREATE UNIQUE INDEX uq_offer_asked_once ON offer (referral_id, service_id) WHERE status IN {_LIVE};
ALTER TABLE referral ADD CONSTRAINT fk_referral_winner_offer FOREIGN KEY (winner, id) REFERENCES offer (id, referral_id)
    DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE capacity_hold (
    id uuid NOT NULL, referral_id uuid NOT NULL, offer_id uuid NOT NULL, pool_id uuid NOT NULL, status text NOT NULL,
    timer_clock text, timer_since timestamptz, timer_until timestamptz, made_at timestamptz NOT NULL,
    CONSTRAINT pk_capacity_hold PRIMARY KEY (id),
    CONSTRAINT fk_capacity_hold_offer_id_offer FOREIGN KEY (offer_id, referral_id) REFERENCES offer (id, referral_id)
        ON DELETE CASCADE,
    CONSTRAINT fk_capacity_hold_pool_id_capacity_pool FOREIGN KEY (pool_id) REFERENCES capacity_pool (id)
        ON DELETE RESTRICT
);
CREATE INDEX ix_capacity_hold_referral_id ON capacity_hold (referral_id);
CREATE UNIQUE INDEX uq_capacity_hold_standing ON capacity_hold (offer_id)
    WHERE status IN ('held', 'confirmed', 'occupied');
-- One row a place: it is held by one hold or by none, so that never more are held than there are. The hold itself may
-- be forgotten before whoever has the place leaves it. No index but the key: what is taken is changed in place.
CREATE TABLE capacity_unit (
    pool_id uuid NOT NULL, number integer NOT NULL, hold_id uuid, until timestamptz,
    CONSTRAINT pk_capacity_unit PRIMARY KEY (pool_id, number),
    CONSTRAINT ck_capacity_unit_until CHECK (until IS NULL OR hold_id IS NOT NULL),
    CONSTRAINT fk_capacity_unit_pool_id_capacity_pool FOREIGN KEY (pool_id) REFERENCES capacity_pool (id)
        ON DELETE CASCADE
) WITH (fillfactor = 50);
CREATE TABLE referral_consent (
    id uuid NOT NULL, referral_id uuid NOT NULL, agency_id uuid NOT NULL, status text NOT NULL, services uuid[] NOT NULL,
    fields text[] NOT NULL, purpose text NOT NULL, until timestamptz, how text NOT NULL, language text NOT NULL,
    notice text NOT NULL, may_contact boolean NOT NULL, made_at timestamptz NOT NULL,
    CONSTRAINT pk_referral_consent PRIMARY KEY (id),
    CONSTRAINT ck_referral_consent_spoken CHECK (how = 'written' OR fields = '{{}}'),
    CONSTRAINT fk_referral_consent_referral_id_referral FOREIGN KEY (referral_id) REFERENCES referral (id)
        ON DELETE CASCADE
);
CREATE INDEX ix_referral_consent_referral_id ON referral_consent (referral_id);
CREATE UNIQUE INDEX uq_referral_consent_active ON referral_consent (referral_id) WHERE status = 'active';
CREATE TABLE referral_disclosure (
    id uuid NOT NULL, referral_id uuid NOT NULL, agency_id uuid NOT NULL, consent_id uuid NOT NULL, offer_id uuid NOT NULL,
    to_agency_id uuid, to_service_id uuid NOT NULL, fields text[] NOT NULL, basis text NOT NULL, notice text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_referral_disclosure PRIMARY KEY (id),
    CONSTRAINT uq_referral_disclosure_consent_id UNIQUE (consent_id, offer_id),
    CONSTRAINT fk_referral_disclosure_consent_id_referral_consent FOREIGN KEY (consent_id)
        REFERENCES referral_consent (id) ON DELETE CASCADE,
    CONSTRAINT fk_referral_disclosure_offer_id_offer FOREIGN KEY (offer_id, referral_id)
        REFERENCES offer (id, referral_id) ON DELETE CASCADE
);
CREATE INDEX ix_referral_disclosure_referral_id ON referral_disclosure (referral_id);
CREATE INDEX ix_referral_disclosure_agency_id ON referral_disclosure (agency_id, at, id);
CREATE TABLE referral_passed_over (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL, referral_id uuid NOT NULL, agency_id uuid NOT NULL,
    service_id uuid NOT NULL, reason text NOT NULL, at timestamptz NOT NULL,
    CONSTRAINT pk_referral_passed_over PRIMARY KEY (id),
    CONSTRAINT fk_referral_passed_over_referral_id_referral FOREIGN KEY (referral_id) REFERENCES referral (id)
        ON DELETE CASCADE
);
CREATE INDEX ix_referral_passed_over_referral_id ON referral_passed_over (referral_id);
CREATE TABLE police_involvement (
    id uuid NOT NULL, referral_id uuid NOT NULL, agency_id uuid NOT NULL, asked_by text NOT NULL, person_id uuid,
    ground text NOT NULL, tried text[] NOT NULL, told text NOT NULL, outcome text, at timestamptz NOT NULL,
    CONSTRAINT pk_police_involvement PRIMARY KEY (id),
    CONSTRAINT ck_police_involvement_no_rule CHECK (asked_by IN ('person', 'referrer', 'receiver', 'responder', 'supervisor')),
    CONSTRAINT fk_police_involvement_referral_id_referral FOREIGN KEY (referral_id) REFERENCES referral (id)
        ON DELETE CASCADE
);
CREATE INDEX ix_police_involvement_referral_id ON police_involvement (referral_id);
CREATE TABLE mandated_report (
    id uuid NOT NULL, referral_id uuid NOT NULL, agency_id uuid NOT NULL, by_agency_id uuid NOT NULL,
    reported_by text NOT NULL, person_id uuid, recipient text NOT NULL, duty text NOT NULL, facts text[] NOT NULL,
    told text NOT NULL, at timestamptz NOT NULL,
    CONSTRAINT pk_mandated_report PRIMARY KEY (id),
    CONSTRAINT ck_mandated_report_no_rule CHECK (reported_by IN ('referrer', 'receiver', 'responder', 'supervisor')),
    CONSTRAINT fk_mandated_report_referral_id_referral FOREIGN KEY (referral_id) REFERENCES referral (id)
        ON DELETE CASCADE
);
CREATE INDEX ix_mandated_report_referral_id ON mandated_report (referral_id);
CREATE TRIGGER mandated_report_only_added BEFORE UPDATE ON mandated_report FOR EACH ROW
    WHEN (NEW.person_id IS NOT NULL OR to_jsonb(OLD) - 'person_id' <> to_jsonb(NEW) - 'person_id')
    EXECUTE FUNCTION doorlight_only_added();
CREATE TABLE referral_event (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL, referral_id uuid NOT NULL, agency_id uuid NOT NULL,
    version integer NOT NULL, of text NOT NULL, subject_id uuid NOT NULL, to_agency_id uuid, verb text NOT NULL, start text,
    "to" text NOT NULL, by text NOT NULL, channel text NOT NULL, person_id uuid, key_id uuid, acting_agency_id uuid,
    reason text, facts jsonb NOT NULL, once text, at timestamptz NOT NULL,
    xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    CONSTRAINT pk_referral_event PRIMARY KEY (id), CONSTRAINT uq_referral_event_referral_id UNIQUE (referral_id, version),
    CONSTRAINT ck_referral_event_why CHECK (of <> 'referral' OR "to" NOT IN {_OVER} OR reason IS NOT NULL),
    CONSTRAINT fk_referral_event_referral_id_referral FOREIGN KEY (referral_id) REFERENCES referral (id)
        ON DELETE CASCADE
);
CREATE INDEX ix_referral_event_xid ON referral_event (xid, id);
CREATE TABLE referral_outbox (
    event_id bigint NOT NULL, CONSTRAINT pk_referral_outbox PRIMARY KEY (event_id),
    CONSTRAINT fk_referral_outbox_event_id_referral_event FOREIGN KEY (event_id) REFERENCES referral_event (id)
        ON DELETE CASCADE
);
CREATE TRIGGER referral_event_only_added BEFORE UPDATE ON referral_event FOR EACH ROW
    WHEN (NEW.person_id IS NOT NULL OR to_jsonb(OLD) - 'person_id' <> to_jsonb(NEW) - 'person_id')
    EXECUTE FUNCTION doorlight_only_added();
"""

# What has ended stays ended, but that it was an error to begin with; and the person's own word is the last.
ENDED = f"""
CREATE FUNCTION doorlight_stays_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN {_OVER} AND NEW.status <> OLD.status AND NEW.status <> 'entered_in_error' THEN
        RAISE EXCEPTION 'a referral that is % has ended', OLD.status USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.version < OLD.version THEN
        RAISE EXCEPTION 'a version is never taken back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_stays_ended BEFORE UPDATE ON referral
    FOR EACH ROW EXECUTE FUNCTION doorlight_stays_ended();
"""

# `own`: what the agency that refers sees; `asked`: what one that was asked sees, and of police once it said yes. An
# offer names both, so that no policy has to look at the table of another, whose own policy would look back.
_ASKED = (
    "EXISTS (SELECT FROM offer AS o WHERE o.referral_id = {id} AND o.agency_id = doorlight_agency()"
    " AND o.status IN ({of}))"
)
_YES = "'accepted', 'fulfilled'"
_MAY_ANSWER = f"'sent', 'seen', 'waitlisted', 'conditionally_accepted', {_YES}"
SEEN = {
    "referral": ("agency_id = doorlight_agency()", _ASKED.format(id="referral.id", of=_MAY_ANSWER)),
    "referral_person": (
        "agency_id = doorlight_agency()",
        (
            "EXISTS (SELECT FROM referral AS r JOIN offer AS o ON o.id = r.winner JOIN referral_consent AS c"
            " ON c.referral_id = r.id WHERE r.id = referral_person.referral_id AND o.agency_id = doorlight_agency()"
            " AND c.status = 'active' AND (c.until IS NULL OR c.until > doorlight_now()))"
        ),
    ),
    "offer": ("referrer_id = doorlight_agency()", "agency_id = doorlight_agency() AND status <> 'queued'"),
    "capacity_hold": ("EXISTS (SELECT FROM offer AS o WHERE o.id = capacity_hold.offer_id)", None),
    "referral_consent": (
        "agency_id = doorlight_agency()",
        _ASKED.format(id="referral_consent.referral_id", of=_YES),
    ),
    "referral_disclosure": ("agency_id = doorlight_agency()", "to_agency_id = doorlight_agency()"),
    "referral_passed_over": ("agency_id = doorlight_agency()", None),
    "police_involvement": (
        "agency_id = doorlight_agency()",
        _ASKED.format(id="police_involvement.referral_id", of=_YES),
    ),
    "mandated_report": (
        "doorlight_agency() IN (agency_id, by_agency_id)",
        (
            "EXISTS (SELECT FROM referral AS r JOIN offer AS o ON o.id = r.winner"
            " WHERE r.id = mandated_report.referral_id AND o.agency_id = doorlight_agency())"
        ),
    ),
    "referral_event": (
        "agency_id = doorlight_agency()",
        (
            "to_agency_id = doorlight_agency() OR (of = 'referral' AND EXISTS (SELECT FROM referral AS r"
            " JOIN offer AS o ON o.id = r.winner WHERE r.id = referral_event.referral_id"
            " AND o.agency_id = doorlight_agency()))"
        ),
    ),
    "referral_outbox": (None, None),
    "capacity_pool": ("agency_id = doorlight_agency()", None),
    "capacity_unit": ("EXISTS (SELECT FROM capacity_pool AS p WHERE p.id = capacity_unit.pool_id)", None),
}

DOWN = """
ALTER TABLE referral DROP CONSTRAINT fk_referral_winner_offer;
DROP TABLE referral_outbox, referral_event, mandated_report, police_involvement, referral_passed_over,
    referral_disclosure, referral_consent, capacity_unit, capacity_hold, offer, capacity_pool, referral_person, referral;
DROP FUNCTION doorlight_stays_ended, doorlight_cares, doorlight_now;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(CLOCK + CARES + TABLES + ENDED)
    for table, (own, asked) in SEEN.items():
        _run(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f" CREATE POLICY system ON {table} USING (doorlight_trusted());"
        )
        for name, condition in (("own", own), ("asked", asked)):
            if condition is not None:
                _run(f"CREATE POLICY {name} ON {table} FOR SELECT USING (doorlight_cares() AND ({condition}))")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _run(DOWN)


def _run(statements: str) -> None:
    # the driver itself: one text of many statements
    op.get_bind().connection.driver_connection.execute(statements)
