"""Rules about a job while it runs; the target of those here is a `runtime.scan.Scanned`."""
