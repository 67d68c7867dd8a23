answer() { echo; }
