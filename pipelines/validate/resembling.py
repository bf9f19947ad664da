"""Which file another one resembles most, without comparing every file with every other.

Fields are dealt into bands. Two files that agree in nearly all cells agree in every cell of at
least one band, so only files with an equal band are compared cell by cell.
"""

from pipelines.frames import Frames


def add_resemblance(frames: Frames) -> None:
    """Make the table `resemblance`: submission_id, share, peer (unit code), for the most alike.

    Peers are units of the same kind, and so of the same level.
    """
    settings = frames.catalogue.parameters["signs"]
    frames.con.execute(_COMPARED.format(**settings))
    frames.con.execute(_BANDS.format(**settings))
    frames.con.execute(_RESEMBLANCE.format(**settings))


_COMPARED = """
CREATE TABLE compared AS
SELECT t.submission_id, s.unit_kind, s.dir__unit_code AS unit_code, t.field, t.number
FROM typed_cells AS t JOIN s USING (submission_id)
WHERE t.is_fixed AND t.number >= {least_value}
"""
# Fields filled about equally often go to different bands, so that every band has cells to compare.
_BANDS = """
CREATE TABLE bands AS
WITH dealt AS (
    SELECT unit_kind, field,
        ROW_NUMBER() OVER (PARTITION BY unit_kind ORDER BY COUNT(*) DESC, field) % {bands} AS band
    FROM compared GROUP BY unit_kind, field
)
SELECT
    submission_id, unit_kind, band,
    md5(string_agg(concat(field, '=', number), '|' ORDER BY field)) AS print
FROM compared JOIN dealt USING (unit_kind, field)
GROUP BY submission_id, unit_kind, band
HAVING COUNT(*) >= {least_in_band}
"""
_RESEMBLANCE = """
CREATE TABLE resemblance AS
WITH placed AS (
    SELECT *, ROW_NUMBER() OVER (
        PARTITION BY unit_kind, band, print ORDER BY submission_id
    ) AS place
    FROM bands
),
pairs AS (
    SELECT DISTINCT one.submission_id AS one, two.submission_id AS two
    FROM placed AS one
    JOIN placed AS two USING (unit_kind, band, print)
    WHERE one.submission_id <> two.submission_id
        AND LEAST(one.place, two.place) <= {most_alike}
),
sized AS (
    SELECT submission_id, any_value(unit_code) AS unit_code, COUNT(*) AS cells
    FROM compared GROUP BY submission_id
),
shares AS (
    SELECT pairs.one, pairs.two, COUNT(*) AS same
    FROM pairs
    JOIN compared AS mine ON mine.submission_id = pairs.one
    JOIN compared AS theirs
        ON theirs.submission_id = pairs.two AND theirs.field = mine.field
        AND theirs.number = mine.number
    GROUP BY ALL
)
SELECT
    shares.one AS submission_id, shares.same / sized.cells AS share,
    shares.two AS peer_submission, other.unit_code AS peer
FROM shares
JOIN sized ON sized.submission_id = shares.one
JOIN sized AS other ON other.submission_id = shares.two
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY shares.one ORDER BY shares.same DESC, shares.two
) = 1
"""
