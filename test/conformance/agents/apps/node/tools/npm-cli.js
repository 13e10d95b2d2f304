require('../http.cjs')
