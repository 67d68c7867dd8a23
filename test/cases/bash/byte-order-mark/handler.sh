#!/bin/bash -e
answer() { echo hi; }
