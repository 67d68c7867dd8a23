h() { echo hi; }
i() { echo hi; }
