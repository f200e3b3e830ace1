"""A news site on Wagtail with the stories that the other paper has, as its documentation tells to make one fast."""
