/* compare.c - what the slicer says of its file beside what is read from its moves. Exit 1
 * when time is further off than 5 % or filament than 1 %. */
#include "printers/gcode/gcode.h"

#include "sim/core/text.h"

#include <math.h>
#include <stdio.h>

static double off(double is, double should)
{
	return should > 0.0 ? (is - should) / should * 100.0 : 0.0;
}

int main(int argc, char **argv)
{
	int status = 0;
	printf("%-28s %9s %9s %7s %9s %9s %7s %6s %7s\n", "file", "slicer s", "ours s",
	       "", "slicer m", "ours m", "", "layers", "top mm");
	for (int i = 1; i < argc; i++) {
		struct gcode_facts facts;
		struct sim_error error;
		if (gcode_read(argv[i], 1, NULL, &facts, &error) != SIM_OK) {
			fprintf(stderr, "%s\n", error.text);
			status = 1;
			continue;
		}
		const char *name = argv[i];
		for (const char *c = argv[i]; *c; c++)
			if (*c == '/')
				name = c + 1;
		double ours = (double)facts.moved_for / 1e9,
		       theirs = (double)facts.stated_for / 1e9;
		double time_off = off(ours, theirs),
		       filament_off = off(facts.metres, facts.stated_metres);
		bool far =
			theirs <= 0.0 || fabs(time_off) > 5.0 || fabs(filament_off) > 1.0;
		printf("%-28s %9.0f %9.1f %+6.1f%% %9.4f %9.4f %+6.2f%% %6d %7.2f%s\n",
		       name, theirs, ours, time_off, facts.stated_metres, facts.metres,
		       filament_off, facts.layers, facts.height_mm, far ? "  OFF" : "");
		status |= far;
	}
	return status;
}
