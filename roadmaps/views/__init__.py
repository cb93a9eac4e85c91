"""Pages of the roadmap: items, objectives, forecasts, baselines."""
