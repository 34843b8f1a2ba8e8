/* codec_properties.c - property lists and UTF-8. */
#include "net/codec_properties.h"

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

enum property_shape {
	UNKNOWN,
	BYTE,
	INT_16,
	INT_32,
	VARINT,
	FIELD,
	PAIR
};

/* Table 2-4. FIELD: text or binary behind a length; PAIR: two of them. */
static const uint8_t shapes[] = {
	[0x01] = BYTE,   [0x02] = INT_32, [0x03] = FIELD,  [0x08] = FIELD,
	[0x09] = FIELD,  [0x0b] = VARINT, [0x11] = INT_32, [0x12] = FIELD,
	[0x13] = INT_16, [0x15] = FIELD,  [0x16] = FIELD,  [0x17] = BYTE,
	[0x18] = INT_32, [0x19] = BYTE,   [0x1a] = FIELD,  [0x1c] = FIELD,
	[0x1f] = FIELD,  [0x21] = INT_16, [0x22] = INT_16, [0x23] = INT_16,
	[0x24] = BYTE,   [0x25] = BYTE,   [0x26] = PAIR,   [0x27] = INT_32,
	[0x28] = BYTE,   [0x29] = BYTE,   [0x2a] = BYTE,
};

static bool field_size(const uint8_t *data, size_t length, size_t *ret_size)
{
	if (length < 2)
		return false;
	*ret_size = 2 + ((size_t)data[0] << 8 | data[1]);
	return *ret_size <= length;
}

/* Size of the value at data, or false when it is cut off. */
static bool value_size(enum property_shape shape, const uint8_t *data, size_t length,
		       size_t *ret_size)
{
	size_t first, second, ignored;
	switch (shape) {
	case BYTE:
		*ret_size = 1;
		break;
	case INT_16:
		*ret_size = 2;
		break;
	case INT_32:
		*ret_size = 4;
		break;
	case VARINT:
		return mqtt_read_varint(data, length, ret_size, &ignored);
	case FIELD:
		return field_size(data, length, ret_size);
	case PAIR:
		if (!field_size(data, length, &first) ||
		    !field_size(data + first, length - first, &second))
			return false;
		*ret_size = first + second;
		return true;
	case UNKNOWN:
		return false;
	}
	return *ret_size <= length;
}

static enum property_shape shape_of(uint8_t identifier)
{
	return identifier < sizeof(shapes) ? (enum property_shape)shapes[identifier]
					   : UNKNOWN;
}

bool mqtt_properties_are_well_formed(struct mqtt_span properties, size_t *ret_bad)
{
	size_t at = 0, size;
	while (at < properties.length) {
		*ret_bad = at;
		const uint8_t *value = properties.data + at + 1;
		if (!value_size(shape_of(properties.data[at]), value,
				properties.length - at - 1, &size))
			return false;
		at += 1 + size;
	}
	return true;
}

int64_t mqtt_property(struct mqtt_span properties, uint8_t identifier)
{
	size_t at = 0, size;
	while (at < properties.length) {
		enum property_shape shape = shape_of(properties.data[at]);
		const uint8_t *value = properties.data + at + 1;
		if (!value_size(shape, value, properties.length - at - 1, &size))
			return -1;
		if (properties.data[at] == identifier && shape <= INT_32) {
			int64_t number = 0;
			for (size_t i = 0; i < size; i++)
				number = number << 8 | value[i];
			return number;
		}
		at += 1 + size;
	}
	return -1;
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
