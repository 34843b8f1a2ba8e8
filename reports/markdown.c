#include "reports/run.h"
int report_markdown(const struct run *run, struct text *t) { text_add(t, run->summary.sentence); return 0; }
