/*
 * template.h - what a template needs of the loader: to load and to tell.
 */
#ifndef JOBJAM_PRINTERS_HOST_TEMPLATE_H
#define JOBJAM_PRINTERS_HOST_TEMPLATE_H

#include "printers/firmware/instance.h"

struct host_description;

/* Loads path into this process for good, checks it, and copies what it says of itself.
 * description->status says how it went; *ret_api only when it went well. */
void firmware_describe(const char *path, struct host_description *ret_description,
		       const struct jobjam_fw_api **ret_api);

#endif
