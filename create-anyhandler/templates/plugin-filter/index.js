import { filterPlugin } from '@anyhandler/bash/filter'

// A handler FILE is run as `perl FILE <event >answer`. A program with arguments is a list: ['awk', '-f'].
export default filterPlugin({
  name: '__LANGUAGE__',
  extensions: ['.__EXT__'],
  interpreter: 'perl',
  cure: 'install Perl, or set plugins.__LANGUAGE__.options.interpreter',
})
