#!/usr/bin/env bash -e
false
answer() { echo fine; }
