#!/bin/bash -euo pipefail
false | cat
echo "must not be answered"
