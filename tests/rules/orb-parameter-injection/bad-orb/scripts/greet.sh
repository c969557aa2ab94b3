echo "Hello $GREET_TO << parameters.to >>"
