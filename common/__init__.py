"""The cellar: errors, the clock, HTTP, jobs, paging, ids. It knows no domain word and has no models."""
