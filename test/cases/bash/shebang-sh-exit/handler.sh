#! /usr/bin/env sh
give_up() {
  exit 7
}
give_up
