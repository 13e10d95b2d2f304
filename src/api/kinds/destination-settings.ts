/** Settings in the OdigosConfig that apply to all Destinations. */
import { z } from 'zod'

export const destinationsSchema = z
  .object({
    allowedHosts: z
      .array(
        z
          .string()
          .max(253)
          .regex(
            /^(\*|(\*\.)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9.]+\/[0-9]{1,2}|[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(\/[0-9]{1,3})?)$/,
          ),
      )
      .max(200)
      .optional()
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        'Hosts that Destinations may send to: names, addresses, ranges such as 10.0.0.0/8, and *.example.com for all names below. Names are not resolved. Defaults to all hosts except the metadata services of clouds, which must be listed by address or name.',
      ),
  })
  .describe('Settings that apply to all Destinations.')
