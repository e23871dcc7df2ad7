"""sessionproof: tells the stories of session platforms and publishes what was seen."""
