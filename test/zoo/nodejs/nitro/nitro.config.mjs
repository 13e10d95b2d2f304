export default { srcDir: 'server', compatibilityDate: '2025-09-01' }
