"""The drill, small: killed, restored elsewhere, and every letter arrives once."""

from tests.backup.drill import drill


async def test_after_a_lost_cluster_every_letter_of_the_backup_arrives_once() -> None:
    done = await drill(2, 8)
    assert done.verdict.holds
    assert (done.held, done.sent_unasked, done.released) == (8, 0, 4)
    assert (done.twice, done.missing, done.lost) == (0, 0, 2)
