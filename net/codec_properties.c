/* codec_properties.c - property lists and UTF-8. */
#include "net/codec_properties.h"

#include "net/properties.h"

bool mqtt_read_varint(const uint8_t *data, size_t length, size_t *ret_used,
		      size_t *ret_value)
{
	size_t value = 0;
	for (size_t i = 0; i < length && i < 4; i++) {
		value |= (size_t)(data[i] & 0x7f) << (7 * i);
		if (data[i] & 0x80)
			continue;
		*ret_used = i + 1;
		*ret_value = value;
		return true;
	}
	return false;
}

bool mqtt_properties_are_well_formed(struct mqtt_span properties, size_t *ret_bad)
{
	struct mqtt_property_value value;
	*ret_bad = 0;
	while (mqtt_property_next(properties, ret_bad, &value))
		;
	return *ret_bad == properties.length;
}

int64_t mqtt_property(struct mqtt_span properties, uint8_t identifier)
{
	struct mqtt_property_value value;
	const struct mqtt_property *row = mqtt_property_of(identifier);
	if (!row || row->shape > MQTT_PROPERTY_VARINT ||
	    !mqtt_property_get(properties, identifier, &value))
		return -1;
	return value.number;
}

bool mqtt_utf8_is_well_formed(const uint8_t *data, size_t length)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	for (size_t i = 0; i < length;) {
		uint8_t lead = data[i];
		if (lead != 0 && lead < 0x80) {
			i++;
			continue;
		}
		size_t size = lead >> 5 == 6    ? 2
			      : lead >> 4 == 14 ? 3
			      : lead >> 3 == 30 ? 4
						: 0;
		if (size == 0 || length - i < size)
			return false;
		uint32_t point = lead & (0x7fU >> size);
		for (size_t k = 1; k < size; k++) {
			if (data[i + k] >> 6 != 2)
				return false;
			point = point << 6 | (data[i + k] & 0x3fU);
		}
		if (point < smallest[size] || point > 0x10ffff ||
		    (point >= 0xd800 && point < 0xe000))
			return false;
		i += size;
	}
	return true;
}
