-- The registry of version 0.1.0, before schemas were numbered: an upgrade starts from it.
CREATE TABLE decision (
    decision_id INTEGER NOT NULL,
    decided_at DATETIME NOT NULL,
    decided_by VARCHAR(60) NOT NULL,
    action VARCHAR(30) NOT NULL,
    period VARCHAR(6) NOT NULL,
    submission_id VARCHAR(40),
    scope VARCHAR(40),
    why TEXT NOT NULL,
    PRIMARY KEY (decision_id)
);
CREATE INDEX ix_decision_period ON decision (period);
CREATE TABLE finding (
    finding_id INTEGER NOT NULL,
    submission_id VARCHAR(40) NOT NULL,
    rule VARCHAR(10) NOT NULL,
    part INTEGER NOT NULL,
    severity VARCHAR(10) NOT NULL,
    form VARCHAR(2),
    field VARCHAR(60),
    sheet VARCHAR(60),
    cell VARCHAR(20),
    line INTEGER,
    value TEXT,
    expected TEXT,
    message TEXT NOT NULL,
    related TEXT,
    status VARCHAR(20) NOT NULL,
    PRIMARY KEY (finding_id)
);
CREATE INDEX ix_finding_submission_id ON finding (submission_id);
CREATE TABLE issued (
    issue_id VARCHAR(40) NOT NULL,
    unit_code VARCHAR(12) NOT NULL,
    period VARCHAR(6) NOT NULL,
    template_version VARCHAR(20) NOT NULL,
    layout VARCHAR(64) NOT NULL,
    token VARCHAR(64) NOT NULL,
    prefill TEXT NOT NULL,
    issued_at DATETIME NOT NULL,
    file_name VARCHAR(200) NOT NULL,
    PRIMARY KEY (issue_id)
);
CREATE INDEX ix_issued_period ON issued (period);
CREATE INDEX ix_issued_unit_code ON issued (unit_code);
CREATE TABLE period (
    period VARCHAR(6) NOT NULL,
    opened_at DATETIME NOT NULL,
    PRIMARY KEY (period)
);
CREATE TABLE receipt (
    receipt_id INTEGER NOT NULL,
    received_at DATETIME NOT NULL,
    door VARCHAR(20) NOT NULL,
    original_name VARCHAR(300) NOT NULL,
    file_sha256 VARCHAR(64) NOT NULL,
    size INTEGER NOT NULL,
    outcome VARCHAR(20) NOT NULL,
    reason TEXT,
    PRIMARY KEY (receipt_id),
    UNIQUE (file_sha256)
);
CREATE TABLE snapshot (
    snapshot_id VARCHAR(60) NOT NULL,
    kind VARCHAR(10) NOT NULL,
    made_at DATETIME NOT NULL,
    catalogue_hash VARCHAR(64) NOT NULL,
    periods TEXT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    PRIMARY KEY (snapshot_id)
);
CREATE TABLE unit_version (
    unit_code VARCHAR(12) NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    unit_name VARCHAR(120) NOT NULL,
    short_name VARCHAR(60) NOT NULL,
    level VARCHAR(10) NOT NULL,
    unit_kind VARCHAR(20) NOT NULL,
    county_code VARCHAR(6) NOT NULL,
    party_org_type INTEGER NOT NULL,
    party_group_type VARCHAR(20) NOT NULL,
    coord_parent_code VARCHAR(12),
    party_parent_code VARCHAR(60) NOT NULL,
    leading_system VARCHAR(20) NOT NULL,
    reports_from DATE NOT NULL,
    reports_to DATE,
    contact_office VARCHAR(60) NOT NULL,
    PRIMARY KEY (unit_code, valid_from)
);
CREATE TABLE submission (
    submission_id VARCHAR(40) NOT NULL,
    unit_code VARCHAR(12) NOT NULL,
    period VARCHAR(6) NOT NULL,
    version INTEGER NOT NULL,
    received_at DATETIME NOT NULL,
    file_sha256 VARCHAR(64) NOT NULL,
    receipt_id INTEGER NOT NULL,
    issue_id VARCHAR(40) NOT NULL,
    status VARCHAR(20) NOT NULL,
    verdict VARCHAR(20),
    judged_by VARCHAR(100),
    is_current BOOLEAN NOT NULL,
    PRIMARY KEY (submission_id),
    UNIQUE (unit_code, period, version),
    FOREIGN KEY(receipt_id) REFERENCES receipt (receipt_id)
);
CREATE INDEX ix_submission_period ON submission (period);
CREATE INDEX ix_submission_unit_code ON submission (unit_code);
