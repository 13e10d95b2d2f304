package structfield

import "github.com/Masterminds/semver/v3"

// NewestOfMinor returns the offset of id in the newest known release with the major and minor version of ver. Patch
// releases do not move fields; minor ones do.
func (i *Index) NewestOfMinor(id ID, ver *semver.Version) (OffsetKey, bool) {
	i.dataMu.RLock()
	defer i.dataMu.RUnlock()

	known, ok := i.get(id)
	if !ok || ver == nil {
		return OffsetKey{}, false
	}
	known.mu.RLock()
	defer known.mu.RUnlock()

	var newest *semver.Version
	var offset OffsetKey
	for _, value := range known.values {
		version := value.version
		if version.Major() != ver.Major() || version.Minor() != ver.Minor() {
			continue
		}
		if newest == nil || version.GreaterThan(newest) {
			newest, offset = version, value.offset
		}
	}
	return offset, offset.Valid
}

// IDs returns the fields that are known of a module.
func (i *Index) IDs(module string) []ID {
	i.dataMu.RLock()
	defer i.dataMu.RUnlock()

	var ids []ID
	for id := range i.data {
		if id.ModPath == module {
			ids = append(ids, id)
		}
	}
	return ids
}
