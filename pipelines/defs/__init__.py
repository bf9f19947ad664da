"""The Dagster shell: assets, checks, jobs, a sensor. Doorways only; nothing computes here."""
