"""A small cluster's database, modelled on the field guide's section 4."""

import sqlite3

from lscctl.simulator.clock import ManualClock

NOON = 1_753_005_600.0  # 2025-07-20 10:00:00 UTC, 12:00:00 in Berlin
TABLES = [
    "device",
    "securityprofile",
    "devicepool",
    "typemodel",
    "typecertificatestatus",
    "processnode",
    "processconfig",
    "numplan",
    "devicenumplanmap",
]

SCHEMA = """
PRAGMA foreign_keys = ON;
CREATE TABLE typemodel (enum INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, moniker VARCHAR(100));
CREATE TABLE typecertificatestatus (enum INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, moniker VARCHAR(100));
CREATE TABLE devicepool (pkid CHAR(36) PRIMARY KEY, name VARCHAR(128) NOT NULL UNIQUE);
CREATE TABLE securityprofile (
    pkid CHAR(36) PRIMARY KEY, name VARCHAR(128) NOT NULL, tkmodel INTEGER, isstandard BOOLEAN NOT NULL
);
CREATE TABLE device (
    pkid CHAR(36) PRIMARY KEY, name VARCHAR(129) NOT NULL UNIQUE, description VARCHAR(128),
    tkmodel INTEGER NOT NULL REFERENCES typemodel (enum), tkclass INTEGER NOT NULL,
    fkdevicepool CHAR(36) REFERENCES devicepool (pkid), fksecurityprofile CHAR(36) REFERENCES securityprofile (pkid),
    tkcertificatestatus INTEGER NOT NULL DEFAULT 1, upgradefinishtime VARCHAR(20),
    lscvaliduntil INTEGER, lscissuername VARCHAR(255), isactive BOOLEAN NOT NULL DEFAULT 't'
);
CREATE TABLE processnode (pkid CHAR(36) PRIMARY KEY, name VARCHAR(128), tknodeusage INTEGER);
CREATE TABLE processconfig (pkid CHAR(36) PRIMARY KEY, paramname VARCHAR(50), paramvalue VARCHAR(255), tkservice INTEGER);
CREATE TABLE numplan (pkid CHAR(36) PRIMARY KEY, dnorpattern VARCHAR(50) NOT NULL);
CREATE TABLE devicenumplanmap (
    pkid CHAR(36) PRIMARY KEY, fkdevice CHAR(36) NOT NULL REFERENCES device (pkid), fknumplan CHAR(36), numplanindex INTEGER
);
CREATE TABLE sim_phone (pkid CHAR(36) PRIMARY KEY, secret VARCHAR(20));
INSERT INTO typemodel VALUES (622, 'Cisco 7841', 'MODEL_7841'), (36213, 'Cisco 8845', 'MODEL_8845'), (8, 'Cisco 7940', NULL);
INSERT INTO typecertificatestatus VALUES (1, 'None', 'NONE'), (2, 'Operation Pending', 'PENDING'),
    (3, 'Upgrade Success', 'OK');
INSERT INTO devicepool VALUES ('dp-1', 'Berlin'), ('dp-2', 'Köln');
INSERT INTO securityprofile VALUES ('sp-1', 'Cisco 8845 - Standard SIP Non-Secure Profile', 36213, 't'),
    ('sp-2', '8845 Null String', 36213, 'f');
INSERT INTO device VALUES
 ('d-1', 'SEP0011AABBCC01', 'Ada''s "desk" 100%', 36213, 1, 'dp-1', 'sp-1', 3, '2025:07:20:16:00', 1753100000,
  'CN=CAPF-1', 't'),
 ('d-2', 'SEP0011AABBCC02', 'Grace  ', 36213, 1, 'dp-1', 'sp-2', 2, '2025:07:20:18:00', 0, NULL, 't'),
 ('d-3', 'SEP0011AABBCC03', NULL, 622, 1, 'dp-2', NULL, 1, NULL, NULL, NULL, 'f'),
 ('d-4', 'CSFADA', 'a_b\\c', 622, 1, NULL, NULL, 1, '', NULL, NULL, 't'),
 ('d-5', 'trunk-1', 'SIP trunk', 8, 2, 'dp-1', NULL, 1, NULL, NULL, NULL, 't');
INSERT INTO processnode VALUES ('n-0', 'EnterpriseWideData', 1), ('n-1', 'pub.example.org', 0), ('n-2', 'sub1', 1);
INSERT INTO processconfig VALUES ('c-1', 'ClusterSecurityMode', '1', 11), ('c-2', 'CAPF Phone Port', '3804', 11);
INSERT INTO numplan VALUES ('np-1', '1001'), ('np-2', '1002');
INSERT INTO devicenumplanmap VALUES ('m-1', 'd-1', 'np-1', 1), ('m-2', 'd-1', 'np-2', 2), ('m-3', 'd-2', 'np-1', 1);
INSERT INTO sim_phone VALUES ('d-1', '12345');
"""


def small_cluster() -> sqlite3.Connection:
    """The database, with a table of the simulator's own that SQL must not see."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    return connection


def noon() -> ManualClock:
    """A clock that stands at noon in Berlin, on 20 July 2025."""
    clock = ManualClock(NOON)
    assert clock.local().isoformat() == "2025-07-20T12:00:00"
    return clock
