package binary

import (
	"debug/elf"
	"encoding/binary"
	"errors"
)

// textStart returns the address that entries of the line table are relative to.
//
// Since Go 1.26 the header of the table holds 0 instead, because the value requires a relocation (runtime/symtab.go). The
// runtime takes it from the module data: word 22 of runtime.firstmoduledata, which has a section of its own since then.
func textStart(elfF *elf.File) (uint64, error) {
	section := elfF.Section(".go.module")
	if section == nil {
		return 0, errors.New(".go.module section not found in target binary")
	}
	const offset = 22 * 8
	word := make([]byte, 8)
	if _, err := section.ReadAt(word, offset); err != nil {
		return 0, err
	}
	if start := binary.LittleEndian.Uint64(word); start != 0 {
		return start, nil
	}
	return relocatedWord(elfF, section.Addr+offset)
}

// relocatedWord returns what the dynamic loader adds to the base at address: lld leaves the value there only.
func relocatedWord(elfF *elf.File, address uint64) (uint64, error) {
	const size = 24 // offset, info, addend of Elf64_Rela
	if section := elfF.Section(".rela.dyn"); section != nil {
		data, err := section.Data()
		if err != nil {
			return 0, err
		}
		for ; len(data) >= size; data = data[size:] {
			if binary.LittleEndian.Uint64(data) == address {
				return binary.LittleEndian.Uint64(data[16:]), nil
			}
		}
	}
	return 0, errors.New("start of the text not found in module data")
}
