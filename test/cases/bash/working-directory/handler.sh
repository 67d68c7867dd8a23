pwd
echo "$LAMBDA_TASK_ROOT"
