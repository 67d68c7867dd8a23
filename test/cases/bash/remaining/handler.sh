remaining ms
((ms > 1000 && ms <= 8000 && $(remaining) <= ms)) && echo fine
AWS_LAMBDA_DEADLINE_MS=1 remaining
