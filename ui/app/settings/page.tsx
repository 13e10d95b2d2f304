import type { Metadata } from 'next'
import { SettingsList } from '../../components/settings-list.tsx'

export const metadata: Metadata = { title: 'Settings' }

const SettingsPage = () => (
  <div className="page">
    <div className="page-head">
      <div className="grow">
        <h1>Settings</h1>
        <p>The OdigosConfig: every setting, its value, and where that comes from.</p>
      </div>
    </div>
    <SettingsList />
  </div>
)

export default SettingsPage
