process.stdout.write('dagbook\n');
