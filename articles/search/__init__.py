"""Finding stories. What readers search is made of snapshots; which of them are there today is asked of the clock."""
