#!/bin/bash -e
answer() {
  [[ $- == *e* ]] || echo "errexit is off" >&2
  false
  echo "must not be answered"
}
