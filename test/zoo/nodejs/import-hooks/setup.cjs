const module_ = require('module')

const { _load: load } = module_
module_._load = function loadCounted(request, ...rest) {
  if (request === 'express') console.log('express is loaded')
  return load.call(this, request, ...rest)
}
