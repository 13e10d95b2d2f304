import type { Metadata } from 'next'
import { Page } from '../../components/page.tsx'
import { SettingsList } from '../../components/settings-list.tsx'

export const metadata: Metadata = { title: 'Settings' }

const SettingsPage = () => (
  <Page title="Settings" about="The OdigosConfig: every setting, its value, and where that comes from.">
    <SettingsList />
  </Page>
)

export default SettingsPage
